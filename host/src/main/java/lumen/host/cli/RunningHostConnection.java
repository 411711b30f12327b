package lumen.host.cli;

import java.io.IOException;
import java.io.PrintStream;
import lumen.host.admin.AdminClient;
import lumen.host.admin.AdminReply;
import lumen.host.admin.AdminRequest;

/** Commands that talk to the host that runs already. */
final class RunningHostConnection {
    private final Bootstrap bootstrap;

    RunningHostConnection(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    AdminReply ask(AdminRequest request) {
        try {
            return new AdminClient(bootstrap.runtimeDirectory()).ask(request);
        } catch (IOException e) {
            throw new CommandFailure("no lumen host runs with the runtime folder " + bootstrap.runtimeDirectory()
                    + " (" + e.getMessage() + "); start one with: lumen serve");
        }
    }

    static int print(AdminReply reply) {
        PrintStream out = reply.ok() ? System.out : System.err;
        reply.lines().forEach(out::println);
        return reply.ok() ? 0 : LumenCommand.FAILED;
    }
}
