package lumen.client.cli;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.Callable;
import lumen.client.StreamingClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code client pair}: shows a PIN, waits until it has been typed on the host. */
@Command(name = "pair", description = "Pairs with a host.", mixinStandardHelpOptions = true)
final class PairCommand implements Callable<Integer> {
    @ParentCommand
    private ClientCommand client;

    @Mixin
    private HostParameter host;

    @Option(names = "--pin", paramLabel = "NNNN", description = "four digits; default: random ones")
    private String pin = String.format(Locale.ROOT, "%04d", new SecureRandom().nextInt(10_000));

    @Override
    public Integer call() {
        try (StreamingClient streaming = client.connect(host.address())) {
            client.out().println("PIN " + pin + ": type it on the host");
            client.out().flush();
            streaming.pair(pin);
            client.out().println("paired with " + streaming.serverInfo().hostname());
            return 0;
        }
    }
}
