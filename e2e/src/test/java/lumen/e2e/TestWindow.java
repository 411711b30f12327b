package lumen.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The window with the test card that stands in for a game: it shows what input it gets. */
final class TestWindow {
    private static final Path TARGET = Product.ROOT.resolve("rig/window/target");

    private TestWindow() {
    }

    /** What starts it on the desktop of its environment. */
    static List<String> command(String... options) throws IOException {
        String classPath = TARGET.resolve("classes") + ":" + Files.readString(TARGET.resolve("class-path")).strip();
        List<String> command = new ArrayList<>(List.of(Product.java().toString(), "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath, "lumen.rig.window.Main"));
        command.addAll(Arrays.asList(options));
        return command;
    }
}
