package lumen.plugin.zerocopy.vulkan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.posix.ChildProcess;
import lumen.posix.PosixException;
import lumen.spi.Trial;

/**
 * Finds out what CUDA's driver makes of a dmabuf given to it as it is. Drivers close descriptors that aren't theirs, and may
 * be of no use afterwards, so {@link RawImport} does it in a Java of its own. Whatever becomes of that one, here it is a
 * sentence.
 */
final class RawImportTrial {
    static final String NAME = "a dmabuf straight into CUDA as OPAQUE_FD";
    /** A driver starts within two seconds; what takes this long hangs. */
    private static final int LIMIT_SECONDS = 30;
    /** Added to a signal's number in an exit status. */
    private static final int SIGNAL = 128;
    /** Characters of what a child wrote instead of an answer. */
    private static final int LAST_WORDS = 200;
    private static final String EXTRACT_PATH = "org.lwjgl.system.SharedLibraryExtractPath";
    private static final String NATIVES = "org.lwjgl.natives";
    private static final String NATIVE_ACCESS = "lumen.posix,lumen.cuda,lumen.vulkan,org.lwjgl,org.lwjgl.vulkan";

    /** What a Java prints that crashes: the signal, and in which library. */
    private static final Pattern CRASH = Pattern.compile("^#  (SIG[A-Z]+) .*?^# Problematic frame:\\R# (\\V+)",
            Pattern.DOTALL | Pattern.MULTILINE);

    private RawImportTrial() {
    }

    /** One sentence: what the driver does, or why that isn't known. */
    static String run(Trial trial) {
        if (!Files.exists(DeviceChoice.NVIDIA)) {
            return "not tried: there is no NVIDIA device (" + DeviceChoice.NVIDIA + ")";
        }
        Optional<List<String>> command = command(RawImport.class);
        return command.isEmpty() ? "not tried: a plug-in outside of the module path can't be started by itself"
                : run(command.get(), Duration.ofSeconds(Math.min(LIMIT_SECONDS, trial.seconds())));
    }

    /**
     * This process's Java, on its modules or class path, with another main class. JVM options that tune the host are left
     * out; a crash, which here is an answer, leaves neither file nor core.
     *
     * @return empty if the class is in a layer of its own
     */
    static Optional<List<String>> command(Class<?> main) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx64m", "-XX:-UsePerfData", "-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash",
                "--sun-misc-unsafe-memory-access=allow"));
        Optional.ofNullable(System.getProperty(EXTRACT_PATH)).ifPresent(p -> command.add("-D" + EXTRACT_PATH + "=" + p));
        Module module = main.getModule();
        if (!module.isNamed()) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                    main.getName()));
        } else if (module.getLayer() == ModuleLayer.boot()) {
            command.add("--enable-native-access=" + NATIVE_ACCESS);
            Optional.ofNullable(System.getProperty("jdk.module.path")).ifPresent(p -> command.addAll(List.of("-p", p)));
            // Nobody requires it; the host finds it as a service.
            ModuleLayer.boot().findModule(NATIVES).ifPresent(m -> command.addAll(List.of("--add-modules", m.getName())));
            command.addAll(List.of("-m", module.getName() + "/" + main.getName()));
        } else {
            return Optional.empty();
        }
        return Optional.of(command);
    }

    /** The same with any program, which is gone afterwards together with all that it has started. */
    static String run(List<String> command, Duration limit) {
        try (ChildProcess child = ChildProcess.start("raw-import", command, System.getenv(), Path.of("").toAbsolutePath(),
                (pid, startTicks) -> { })) {
            boolean ended = child.await(limit);
            OptionalLong status = ended ? child.exitStatus() : OptionalLong.empty();
            // After this all it has written is in the log, too.
            child.terminate(Duration.ZERO);
            return words(RawReport.parse(child.logTail()), status, limit, child.logTail());
        } catch (PosixException e) {
            return "not tried: " + e.getMessage();
        }
    }

    private static String words(Optional<RawReport> report, OptionalLong status, Duration limit, String log) {
        String end = end(status, limit, log);
        if (report.isPresent()) {
            return report.get().words() + (status.equals(OptionalLong.of(0)) ? "" : "; then it " + end);
        }
        String last = lastWords(log);
        return "not known: the process that tried it " + end + (last.isEmpty() ? " without a word" : ", its last words: " + last);
    }

    private static String end(OptionalLong status, Duration limit, String log) {
        Matcher crash = CRASH.matcher(log);
        if (crash.find()) {
            return "crashed (" + crash.group(1) + " in " + plain(crash.group(2)) + ")";
        }
        return status.isEmpty() ? "did not end within " + limit.toMillis() + " ms and was killed"
                : status.getAsLong() > SIGNAL ? "crashed (signal " + (status.getAsLong() - SIGNAL) + ")"
                : "ended with status " + status.getAsLong();
    }

    /** The last line that isn't a crash's. */
    private static String lastWords(String log) {
        return plain(log.lines().takeWhile(l -> !l.equals("#")).filter(l -> !l.isBlank()).reduce("", (earlier, later) -> later));
    }

    private static String plain(String text) {
        String line = text.strip().replaceAll("[^ -~]", "?");
        return line.length() <= LAST_WORDS ? line : line.substring(0, LAST_WORDS) + "...";
    }
}
