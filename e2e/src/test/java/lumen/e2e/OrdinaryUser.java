package lumen.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder for an ordinary user's host: compositors refuse root, so that a test running as root becomes
 * somebody else, who may not be able to read the checkout.
 */
final class OrdinaryUser implements AutoCloseable {
    private static final int UID = 1500;

    private final Path folder;
    private final boolean root;

    private OrdinaryUser(Path folder, boolean root) {
        this.folder = folder;
        this.root = root;
    }

    /** A new folder with a short path, since it holds sockets; skips the test where no user can be had. */
    static OrdinaryUser create() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "lumen-");
        boolean root = (Integer) Files.getAttribute(folder, "unix:uid") == 0;
        OrdinaryUser user = new OrdinaryUser(folder, root);
        user.give(folder);
        for (String part : List.of("home", "xdg")) {
            user.give(Files.createDirectory(folder.resolve(part)));
        }
        if (root) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv (util-linux) is not installed");
            assumeTrue(reachable(Product.java()), "an ordinary user can't run " + Product.java());
        }
        return user;
    }

    Path folder() {
        return folder;
    }

    /** Where the product lies for this user: the checkout, or a copy of it. */
    Path product() throws IOException {
        if (!root || reachable(Product.MODS)) {
            return Product.ROOT;
        }
        for (String part : List.of("mods", "packaging")) {
            Path target = Files.createDirectory(folder.resolve(part), PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwxr-xr-x")));
            try (Stream<Path> files = Files.list(Product.ROOT.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, target.resolve(file.getFileName()));
                }
            }
        }
        return folder;
    }

    /** What makes a command this user's. */
    List<String> prefix() {
        return root ? List.of("setpriv", "--reuid", Integer.toString(UID), "--regid", Integer.toString(UID), "--clear-groups")
                : List.of();
    }

    Map<String, String> environment() {
        return Map.of("HOME", folder.resolve("home").toString(), "XDG_RUNTIME_DIR", folder.resolve("xdg").toString(),
                "XDG_CONFIG_HOME", folder.resolve("home/config").toString(),
                "XDG_STATE_HOME", folder.resolve("home/state").toString(),
                "XDG_CACHE_HOME", folder.resolve("home/cache").toString());
    }

    private void give(Path path) throws IOException {
        if (root) {
            Files.setAttribute(path, "unix:uid", UID);
            Files.setAttribute(path, "unix:gid", UID);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    /** Others may enter each folder above. */
    private static boolean reachable(Path path) throws IOException {
        for (Path p = path.toRealPath(); p != null; p = p.getParent()) {
            if (!Files.getPosixFilePermissions(p).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
