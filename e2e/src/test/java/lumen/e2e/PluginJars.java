package lumen.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles small third-party plug-ins, good and bad, as a stranger would build them. */
final class PluginJars {
    private static final String PROVIDER = """
            package %1$s;
            import lumen.spi.*;
            public final class Display implements VirtualDisplayProvider {
                public Display() { %2$s }
                public String id() { return "%3$s"; }
                public Probe probe(HostContext host) { %4$s }
                public VirtualDisplay create(DisplayRequest request, HostContext host) { throw new BackendException("no"); }
            }
            """;

    private final Path work;

    PluginJars(Path work) {
        this.work = work;
    }

    /** A display plug-in with this constructor body and probe body, compiled against that SPI. */
    Path display(Path folder, String module, String id, String constructor, String probe, Path spiJar) throws IOException {
        Path classes = compile(module, Map.of(
                "module-info.java", "module " + module + " { requires lumen.spi; provides lumen.spi.VirtualDisplayProvider with "
                        + module + ".Display; }",
                module.replace('.', '/') + "/Display.java", PROVIDER.formatted(module, constructor, id, probe)),
                List.of("-p", spiJar.toString(), "--module-version", "1.0"));
        return jar(classes, folder.resolve(module + ".jar"));
    }

    /** The product's SPI, compiled again under another version number. */
    Path spi(String version) throws IOException {
        Path sources = Product.ROOT.resolve("spi/src/main/java");
        Map<String, String> files = new java.util.HashMap<>();
        try (Stream<Path> all = Files.walk(sources)) {
            for (Path file : all.filter(f -> f.toString().endsWith(".java")).toList()) {
                files.put(sources.relativize(file).toString(), Files.readString(file));
            }
        }
        return jar(compile("spi-" + version, files, List.of("--module-version", version)), work.resolve("spi-" + version + ".jar"));
    }

    private Path compile(String name, Map<String, String> sources, List<String> options) throws IOException {
        Path sourceRoot = work.resolve(name + "-src");
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = sourceRoot.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectories(work.resolve(name + "-classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> all = new ArrayList<>(options);
            all.addAll(List.of("-d", classes.toString()));
            if (!compiler.getTask(messages, manager, null, all, null, manager.getJavaFileObjectsFromPaths(files)).call()) {
                throw new IOException("the plug-in does not compile:\n" + messages);
            }
        }
        return classes;
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }
}
