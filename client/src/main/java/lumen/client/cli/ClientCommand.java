package lumen.client.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import lumen.client.ClientException;
import lumen.client.HostAddress;
import lumen.client.StreamingClient;
import lumen.client.identity.KeysFolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code client}. Exit codes: 0 done and verified, 1 the stream failed its verification,
 * 2 wrong usage, 3 a stage failed and nothing could be judged.
 */
@Command(name = "client", description = "A GameStream client without a display: pairs, streams, verifies.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        subcommands = {PairCommand.class, ListCommand.class, StreamCommand.class, QuitCommand.class})
public final class ClientCommand {
    /** What was streamed is not as it should be. */
    public static final int FAILED_VERIFICATION = 1;
    /** A stage failed. */
    public static final int FAILED_STAGE = 3;

    @Option(names = "--keys", paramLabel = "DIR", scope = ScopeType.INHERIT,
            description = "folder with the client's key and the pinned hosts; default: the user's state folder")
    private Path keys;

    @Spec
    private CommandSpec spec;

    /** The command line with this command as its root: usage errors give 2, {@link ClientException} gives 3. */
    public static CommandLine commandLine() {
        return configured(new CommandLine(new ClientCommand()));
    }

    /** Gives a command line that has this command somewhere its handling of failures. */
    public static CommandLine configured(CommandLine line) {
        return line.setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof ClientException) {
                command.getErr().println("lumen client: " + failure.getMessage());
                return FAILED_STAGE;
            }
            throw failure;
        });
    }

    /** Runs the client alone, without a launcher. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    StreamingClient connect(HostAddress host) {
        return new StreamingClient(host, keys == null ? KeysFolder.userDefault() : new KeysFolder(keys));
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
