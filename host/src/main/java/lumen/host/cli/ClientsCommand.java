package lumen.host.cli;

import java.util.List;
import java.util.concurrent.Callable;
import lumen.host.admin.AdminRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lumen clients list|remove}: who may stream. */
@Command(name = "clients", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show or remove paired clients.",
        subcommands = {ClientsCommand.ListClients.class, ClientsCommand.RemoveClient.class})
final class ClientsCommand implements Callable<Integer> {
    @Mixin
    private Bootstrap bootstrap;

    @Override
    public Integer call() {
        return RunningHostConnection.print(new RunningHostConnection(bootstrap).ask(new AdminRequest("clients", List.of())));
    }

    /** {@code lumen clients list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the paired clients.")
    static final class ListClients implements Callable<Integer> {
        @Mixin
        private Bootstrap bootstrap;

        @Override
        public Integer call() {
            return RunningHostConnection.print(new RunningHostConnection(bootstrap).ask(new AdminRequest("clients", List.of())));
        }
    }

    /** {@code lumen clients remove}. */
    @Command(name = "remove", mixinStandardHelpOptions = true,
            description = "Unpair a client; a stream it has going ends.")
    static final class RemoveClient implements Callable<Integer> {
        @Mixin
        private Bootstrap bootstrap;

        @Parameters(paramLabel = "CLIENT", description = "Its name or the start of its fingerprint, as listed.")
        private String client;

        @Override
        public Integer call() {
            return RunningHostConnection.print(
                    new RunningHostConnection(bootstrap).ask(new AdminRequest("remove", List.of(client))));
        }
    }
}
