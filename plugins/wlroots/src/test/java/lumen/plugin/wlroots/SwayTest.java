package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lumen.posix.CurrentProcess;
import lumen.rig.host.TestHost;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Runs all scenarios of a {@link SwayScenario} against the real sway. sway refuses root, so they run in a JVM of their own,
 * which becomes an ordinary user if this one is root.
 */
class SwayTest {
    private static final String ORDINARY_UID = "1500";
    private static final long LIMIT_SECONDS = 180;

    @TestFactory
    List<DynamicTest> realSway() throws Exception {
        assumeTrue(SwayProvider.program("sway", new TestHost(Path.of("/tmp"))).isPresent(), "sway is not installed");
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "lumen-");
        try {
            return results(run(folder));
        } finally {
            delete(folder);
        }
    }

    private static String run(Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>();
        boolean root = CurrentProcess.uid() == 0;
        Path home = Files.createDirectory(folder.resolve("h"));
        if (root) {
            command.addAll(List.of("setpriv", "--reuid", ORDINARY_UID, "--regid", ORDINARY_UID, "--clear-groups"));
            Files.setAttribute(home, "unix:uid", Integer.parseInt(ORDINARY_UID));
            Files.setAttribute(home, "unix:gid", Integer.parseInt(ORDINARY_UID));
        }
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + home, "-cp", readableClassPath(folder),
                ScenarioRunner.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        Path log = folder.resolve("log");
        Process process = builder.redirectOutput(log.toFile()).start();
        try {
            assertEquals(true, process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "hung:\n" + read(log));
        } finally {
            process.destroyForcibly();
        }
        return read(log);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy: the build's folders and the Maven repository may be closed to an ordinary user. */
    private static String readableClassPath(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String element : classPath.split(":")) {
            Path source = Path.of(element);
            if (!Files.exists(source)) {
                continue;
            }
            Path target = folder.resolve("cp").resolve(copies.size() + "-" + source.getFileName());
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.toList()) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    if (file.equals(source)) {
                        copy = target;
                    }
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            copies.add(target.toString());
        }
        return String.join(":", copies);
    }

    private static List<DynamicTest> results(String log) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : log.lines().toList()) {
            if (line.startsWith("FIGURE\t")) {
                System.out.println(line);
            }
            if (!line.startsWith("RESULT\t")) {
                continue;
            }
            String[] parts = line.split("\t", -1);
            String trace = new String(Base64.getDecoder().decode(parts[3]), StandardCharsets.UTF_8);
            tests.add(dynamicTest(parts[1], () -> {
                if (parts[2].equals("ABORTED")) {
                    throw new TestAbortedException(trace.lines().findFirst().orElse("skipped"));
                }
                if (!parts[2].equals("SUCCESSFUL")) {
                    throw new AssertionFailedError(trace + "\nwhole log:\n"
                            + log.lines().filter(l -> !l.startsWith("RESULT")).collect(Collectors.joining("\n")));
                }
            }));
        }
        assertFalse(tests.isEmpty(), () -> "no results:\n" + log);
        return tests;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
