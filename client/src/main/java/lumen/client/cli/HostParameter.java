package lumen.client.cli;

import lumen.client.HostAddress;
import picocli.CommandLine.Parameters;

/** Which host a command is about, for all that take one. */
final class HostParameter {
    @Parameters(paramLabel = "HOST[:PORT]", converter = HostAddressConverter.class,
            description = "the host and its HTTP port, 47989 if none is given")
    private HostAddress address;

    HostAddress address() {
        return address;
    }
}
