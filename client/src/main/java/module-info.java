/**
 * The reference client: pairs with a GameStream host, streams from it without a display, decodes and
 * verifies what arrives. The other half of every end-to-end test, and a command line.
 */
module lumen.client {
    requires transitive lumen.core;
    requires lumen.card;
    requires lumen.spi;
    requires java.net.http;
    requires java.xml;
    requires transitive info.picocli;
    requires com.fasterxml.jackson.jr.ob;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;
    requires org.lwjgl;
    requires org.lwjgl.opus;

    exports lumen.client;
    exports lumen.client.cli;
    exports lumen.client.http;
    exports lumen.client.identity;
    exports lumen.client.media;
    exports lumen.client.report;
    opens lumen.client.cli to info.picocli;

    // Binds the module with FFmpeg's, Opus's and LWJGL's native libraries without naming it.
    uses lumen.spi.NativeLibraries;
}
