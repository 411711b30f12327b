package lumen.client.cli;

import java.util.concurrent.Callable;
import lumen.client.StreamingClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code client quit}: ends the application that runs for this client. */
@Command(name = "quit", description = "Ends the application that runs on a host for this client.",
        mixinStandardHelpOptions = true)
final class QuitCommand implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Mixin
    private HostParameter host;

    @Override
    public Integer call() {
        try (StreamingClient streaming = client.connect(host.address())) {
            streaming.quit();
            return 0;
        }
    }
}
