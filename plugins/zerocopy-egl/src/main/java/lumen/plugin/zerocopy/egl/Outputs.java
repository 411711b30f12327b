package lumen.plugin.zerocopy.egl;

import lumen.spi.FrameKind;

/** Makes outputs of one kind, one for each stage. Closed after all of them, while the OpenGL context is current. */
interface Outputs extends AutoCloseable {
    FrameKind kind();

    /** @throws lumen.spi.BackendException if there isn't memory for it; nothing is left then */
    Output of(Stage stage);

    @Override
    default void close() {
    }

    /** In system memory. */
    Outputs HOST = new Outputs() {
        @Override
        public FrameKind kind() {
            return FrameKind.SYSTEM_MEMORY;
        }

        @Override
        public Output of(Stage stage) {
            return new HostOutput(stage);
        }
    };
}
