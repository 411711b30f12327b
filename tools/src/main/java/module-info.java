/** Tools around the product: the self-test and the reference client's command line. */
module lumen.tools {
    requires lumen.core;
    requires lumen.client;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;

    opens lumen.tools to info.picocli;
    opens lumen.tools.selftest to info.picocli;
}
