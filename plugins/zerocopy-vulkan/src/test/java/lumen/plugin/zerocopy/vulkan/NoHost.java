package lumen.plugin.zerocopy.vulkan;

import java.nio.file.Path;
import java.util.Optional;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;

/** A host that the importer never asks anything. */
final class NoHost implements HostContext {
    @Override
    public Optional<String> variable(String name) {
        throw new AssertionError("asked for " + name);
    }

    @Override
    public Path runtimeDirectory() {
        throw new AssertionError("asked for a folder");
    }

    @Override
    public Journal journal() {
        throw new AssertionError("asked for the journal");
    }

    @Override
    public Notes notes() {
        throw new AssertionError("asked for notes");
    }
}
