package lumen.plugin.kwin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * KWin's permission for its own protocols. KWin looks up the program behind a connection ({@code /proc/PID/exe}) among the
 * desktop files: one whose {@code Exec} is exactly that program, symbolic links followed and without arguments, must list
 * the protocols in {@code X-KDE-Wayland-Interfaces}. For lumen that program is the {@code java} of its runtime.
 */
final class Permission {
    static final String FILE = "dev.lumen.host.desktop";
    static final String OVERRIDE = "KWIN_WAYLAND_NO_PERMISSION_CHECKS=1";
    private static final String SCREENCAST = "zkde_screencast_unstable_v1";
    private static final String KEY = "X-KDE-Wayland-Interfaces=";
    private static final String EXEC = "Exec=";
    private static final Path SELF = Path.of("/proc/self/exe");
    private static final int MOST_BYTES = 64 * 1024;

    private Permission() {
    }

    /** The program KWin sees. */
    static Optional<Path> program() {
        try {
            return Optional.of(Files.readSymbolicLink(SELF));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Desktop files that grant screen casting to {@code program}.
     *
     * @param variable environment
     */
    static List<Path> granting(Path program, Function<String, Optional<String>> variable) {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders(variable)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".desktop")).filter(f -> grants(f, program)).sorted().forEach(found::add);
            } catch (IOException e) {
                // No such folder, or not for this user: nothing is granted there.
            }
        }
        return found;
    }

    /** Where KDE looks, the user's first. */
    private static List<Path> folders(Function<String, Optional<String>> variable) {
        Optional<String> own = variable.apply("XDG_DATA_HOME")
                .or(() -> variable.apply("HOME").map(home -> home + "/.local/share"));
        String others = variable.apply("XDG_DATA_DIRS").filter(v -> !v.isEmpty()).orElse("/usr/local/share:/usr/share");
        return Stream.concat(own.stream(), Stream.of(others.split(":"))).filter(p -> p.startsWith("/"))
                .map(p -> Path.of(p, "applications")).distinct().toList();
    }

    private static boolean grants(Path file, Path program) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                return false;
            }
            boolean ours = false;
            boolean listed = false;
            for (String line : Files.readString(file).split("\n")) {
                if (line.startsWith(EXEC)) {
                    Path exec = Path.of(line.substring(EXEC.length()).strip());
                    ours |= Files.exists(exec) && exec.toRealPath().equals(program);
                } else if (line.startsWith(KEY)) {
                    listed |= List.of(line.substring(KEY.length()).strip().split("\\s*[,;]\\s*")).contains(SCREENCAST);
                }
            }
            return ours && listed;
        } catch (IOException | IllegalArgumentException e) {
            return false; // not text, or no path: not ours
        }
    }

    /** What to do about it. */
    static String remedy() {
        return "allow it once with packaging/kwin/allow (writes ~/.local/share/applications/" + FILE + " for "
                + program().map(Path::toString).orElse("this java") + "), or start KWin with " + OVERRIDE + " for development";
    }
}
