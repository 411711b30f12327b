package lumen.host;

import lumen.host.cli.LumenCommand;

/** Entry point of {@code java -p mods -m lumen.host}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(LumenCommand.run(arguments));
    }
}
