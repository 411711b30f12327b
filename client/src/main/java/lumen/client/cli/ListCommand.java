package lumen.client.cli;

import java.util.concurrent.Callable;
import lumen.client.HostAddress;
import lumen.client.StreamingClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code client list}: the host's applications, one a line. */
@Command(name = "list", description = "Lists a host's applications: id and title.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Parameters(paramLabel = "HOST[:PORT]", converter = HostAddressConverter.class,
            description = "the host and its HTTP port, 47989 if none is given")
    private HostAddress host;

    @Override
    public Integer call() {
        try (StreamingClient streaming = client.connect(host)) {
            streaming.apps().forEach(app -> client.out().println(app.id() + "\t" + app.title()));
            return 0;
        }
    }
}
