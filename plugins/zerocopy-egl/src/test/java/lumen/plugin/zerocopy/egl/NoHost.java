package lumen.plugin.zerocopy.egl;

import java.nio.file.Path;
import java.util.Optional;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host without settings; there is nothing to write down. */
final class NoHost implements HostContext {
    @Override
    public Optional<String> variable(String name) {
        return Optional.empty();
    }

    @Override
    public Path runtimeDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Journal journal() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Notes notes() {
        throw new UnsupportedOperationException();
    }
}
