package lumen.host.cli;

import java.lang.System.Logger.Level;
import lumen.host.config.ConfigException;
import lumen.host.plugin.SelectionException;
import lumen.host.state.StateException;
import lumen.spi.BackendException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine;

/** Errors with a cause a user can act on become one line; anything else shows where it came from. */
final class OneLineErrors implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        boolean expected = e instanceof ConfigException || e instanceof StateException || e instanceof StateException || e instanceof SelectionException
                || e instanceof BackendException || e instanceof CommandFailure;
        command.getErr().println("lumen: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        if (!expected) {
            System.getLogger(OneLineErrors.class.getName()).log(Level.ERROR, "unexpected", e);
        }
        command.getErr().flush();
        return e instanceof ConfigException ? LumenCommand.USAGE : LumenCommand.FAILED;
    }
}
