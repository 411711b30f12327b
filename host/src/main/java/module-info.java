/** The host: servers, sessions, configuration and the choice of backends. */
module lumen.host {
    requires lumen.spi;
    requires lumen.core;
    requires lumen.posix;

    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires java.logging;
    requires javax.jmdns;
    requires jdk.management;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.lwjgl;
    requires org.lwjgl.opus;
    requires typesafe.config;

    // picocli sets fields by reflection.
    opens lumen.host.cli to info.picocli;

    uses lumen.spi.AudioSourceProvider;
    uses lumen.spi.CapturerProvider;
    uses lumen.spi.EncoderProvider;
    uses lumen.spi.FrameImporterProvider;
    uses lumen.spi.InputSinkProvider;
    uses lumen.spi.NativeLibraries;
    uses lumen.spi.VirtualDisplayProvider;
}
