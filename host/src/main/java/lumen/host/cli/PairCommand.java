package lumen.host.cli;

import java.util.List;
import java.util.concurrent.Callable;
import lumen.host.admin.AdminReply;
import lumen.host.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lumen pair PIN}: confirms the client that waits for its PIN. */
@Command(name = "pair", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Enter the PIN that a client shows.")
final class PairCommand implements Callable<Integer> {
    @Mixin
    private Bootstrap bootstrap;

    @Parameters(paramLabel = "PIN", description = "The four digits on the client's screen.")
    private String pin;

    @Override
    public Integer call() {
        AdminReply reply = new RunningHostConnection(bootstrap).ask(new AdminRequest("pair", List.of(pin)));
        return RunningHostConnection.print(reply);
    }
}
