package lumen.client.cli;

import java.util.concurrent.Callable;
import lumen.client.HostAddress;
import lumen.client.StreamingClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code client quit}: ends the application that runs for this client. */
@Command(name = "quit", description = "Ends the application that runs on a host for this client.",
        mixinStandardHelpOptions = true)
final class QuitCommand implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Parameters(paramLabel = "HOST[:PORT]", converter = HostAddressConverter.class,
            description = "the host and its HTTP port, 47989 if none is given")
    private HostAddress host;

    @Override
    public Integer call() {
        try (StreamingClient streaming = client.connect(host)) {
            streaming.quit();
            return 0;
        }
    }
}
