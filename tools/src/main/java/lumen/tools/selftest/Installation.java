package lumen.tools.selftest;

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The product this process was started from: its modules, its JVM options, and how to start it again. */
record Installation(Path mods, Path packaging) {
    private static final int[] TCP_OFFSETS = {-5, 0, 21};
    private static final int[] UDP_OFFSETS = {9, 10, 11};
    private static final int ATTEMPTS = 200;

    /** @throws SelfTestException if this process wasn't started from a folder of modules with its options beside it */
    static Installation current() {
        String modulePath = System.getProperty("jdk.module.path", "");
        Path mods = Path.of(modulePath.split(File.pathSeparator)[0]).toAbsolutePath().normalize();
        Path packaging = mods.resolveSibling("packaging");
        if (modulePath.isEmpty() || !Files.isReadable(packaging.resolve("java.args"))) {
            throw new SelfTestException("no java.args in " + packaging + ": start the self-test with ./lumen selftest");
        }
        return new Installation(mods, packaging);
    }

    /** The command line of a module with arguments, on the Java that runs this. */
    List<String> command(String module, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + packaging.resolve("java.args"), "@" + packaging.resolve(module + ".args"),
                "-p", mods.toString(), "-m", module));
        command.addAll(arguments);
        return command;
    }

    /** A base port whose services' ports are all free at this moment. */
    static int freeBasePort() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (Arrays.stream(TCP_OFFSETS).allMatch(o -> tcpFree(base + o))
                    && Arrays.stream(UDP_OFFSETS).allMatch(o -> udpFree(base + o))) {
                return base;
            }
        }
        throw new SelfTestException("no free ports between 20000 and 30000");
    }

    private static boolean tcpFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean udpFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(port))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
