/** The importer of last resort: frames the CPU can read as they are, and LINEAR dmabufs it maps. */
module lumen.plugin.cpufallback {
    requires lumen.spi;
    requires lumen.posix;

    provides lumen.spi.FrameImporterProvider with lumen.plugin.cpufallback.CpuFallbackProvider;
}
