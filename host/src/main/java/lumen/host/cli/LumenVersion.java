package lumen.host.cli;

import picocli.CommandLine.IVersionProvider;

/** The product's version, from the module descriptor. */
final class LumenVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"lumen " + version() + ", Java " + Runtime.version()};
    }

    static String version() {
        return LumenVersion.class.getModule().getDescriptor() == null ? "(class path)"
                : LumenVersion.class.getModule().getDescriptor().rawVersion().orElse("(no version)");
    }
}
