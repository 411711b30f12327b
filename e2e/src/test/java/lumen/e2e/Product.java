package lumen.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Where the product lies and how it is started, as a user's launcher does it. */
final class Product {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    static final Path MODS = ROOT.resolve("mods");
    private static final int[] TCP_OFFSETS = {-5, 0, 21};
    private static final int[] UDP_OFFSETS = {9, 10, 11};

    private Product() {
    }

    /** {@code java @java.args -p mods -m <module> <arguments>}. */
    static List<String> command(String module, String... arguments) {
        return commandIn(ROOT, module, arguments);
    }

    /** The same from a copy of {@code mods} and {@code packaging} in another folder. */
    static List<String> commandIn(Path root, String module, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java().toString(), "@" + root.resolve("packaging/java.args"),
                "@" + root.resolve("packaging/" + module + ".args"), "-p", root.resolve("mods").toString(), "-m", module));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** A base port with all of its services' ports free at this moment. */
    static int freeBasePort() throws IOException {
        for (int attempt = 0; attempt < 200; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (Arrays.stream(TCP_OFFSETS).allMatch(o -> tcpFree(base + o))
                    && Arrays.stream(UDP_OFFSETS).allMatch(o -> udpFree(base + o))) {
                return base;
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean tcpFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean udpFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("0.0.0.0"))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The version that the modules in {@code mods/} carry. */
    static Path jar(String artifact) throws IOException {
        try (var files = Files.newDirectoryStream(MODS, artifact + "-[0-9]*.jar")) {
            return files.iterator().next();
        }
    }
}
