package lumen.client.cli;

import java.util.concurrent.Callable;
import lumen.client.StreamingClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code client list}: the host's applications, one a line. */
@Command(name = "list", description = "Lists a host's applications: id and title.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Mixin
    private HostParameter host;

    @Override
    public Integer call() {
        try (StreamingClient streaming = client.connect(host.address())) {
            streaming.apps().forEach(app -> client.out().println(app.id() + "\t" + app.title()));
            return 0;
        }
    }
}
