package lumen.tools;

import java.util.concurrent.Callable;
import lumen.client.cli.ClientCommand;
import lumen.tools.selftest.SelfTestCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry point of {@code java -p mods -m lumen.tools}. */
@Command(name = "lumen", mixinStandardHelpOptions = true, description = "Tools around the host.",
        subcommands = {ClientCommand.class, SelfTestCommand.class})
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(ClientCommand.configured(new CommandLine(new Main())).execute(arguments));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }
}
