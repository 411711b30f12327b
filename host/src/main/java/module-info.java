/** The host: servers, sessions, configuration and the choice of backends. */
module lumen.host {
    requires lumen.spi;
    requires lumen.core;
    requires lumen.posix;
}
