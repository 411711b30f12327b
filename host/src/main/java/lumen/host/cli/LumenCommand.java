package lumen.host.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(name = "lumen", description = "A streaming host for Moonlight clients.",
        versionProvider = LumenVersion.class, mixinStandardHelpOptions = true, sortOptions = false,
        subcommands = {ServeCommand.class, DoctorCommand.class, RecordCommand.class, PairCommand.class, ClientsCommand.class,
            SessionsCommand.class, ZerocopyProbeCommand.class})
public final class LumenCommand implements Callable<Integer> {
    /** Exit code for a mistake of the user's: an option, a setting. */
    static final int USAGE = 2;
    /** Exit code for a host that could not do it. */
    static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    /**
     * Runs a command line.
     *
     * @return the exit code
     */
    public static int run(String... arguments) {
        return new CommandLine(new LumenCommand())
                .setExecutionExceptionHandler(new OneLineErrors())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }
}
