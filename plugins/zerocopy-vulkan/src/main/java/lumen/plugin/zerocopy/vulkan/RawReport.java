package lumen.plugin.zerocopy.vulkan;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link RawImport} says in the one line it prints, a JSON object. */
sealed interface RawReport {

    /**
     * It was tried.
     *
     * @param driver  the kernel driver's version
     * @param code    {@code CUresult} of the import; 0: the driver took it
     * @param name    the code's
     * @param taken   the descriptor isn't open any more
     * @param healthy CUDA and Vulkan work in that process as they did before
     * @param after   what was seen of that, one sentence
     */
    record Tried(String driver, int code, String name, boolean taken, boolean healthy, String after) implements RawReport {
        @Override
        public String json() {
            return "{\"raw-import\":\"tried\",\"driver\":\"" + plain(driver) + "\",\"code\":" + code + ",\"name\":\"" + plain(name)
                    + "\",\"descriptor-taken\":" + taken + ",\"healthy\":" + healthy + ",\"after\":\"" + plain(after) + "\"}";
        }

        @Override
        public String words() {
            return "driver " + driver + (code == 0 ? " takes it" : " refuses: " + name + " (" + code + ")")
                    + (code == 0 ? "" : taken ? ", and closes the descriptor all the same" : ", and leaves the descriptor open")
                    + "; the process " + (healthy ? "goes on working" : "no longer does what it did") + " (" + after + ")";
        }
    }

    /**
     * There was nothing to try it with.
     *
     * @param why one sentence
     */
    record NotTried(String why) implements RawReport {
        @Override
        public String json() {
            return "{\"raw-import\":\"not tried\",\"why\":\"" + plain(why) + "\"}";
        }

        @Override
        public String words() {
            return "not tried: " + why;
        }
    }

    /** One line, without its end. */
    String json();

    /** One sentence for a person. */
    String words();

    /** The line as it is written here and by nobody else, among what drivers may print; the last one if there are more. */
    static Optional<RawReport> parse(String output) {
        List<String> lines = output.lines().toList();
        for (String line : lines.reversed()) {
            Matcher tried = Format.TRIED.matcher(line);
            if (tried.matches()) {
                return Optional.of(new Tried(tried.group(1), Integer.parseInt(tried.group(2)), tried.group(3),
                        Boolean.parseBoolean(tried.group(4)), Boolean.parseBoolean(tried.group(5)), tried.group(6)));
            }
            Matcher not = Format.NOT_TRIED.matcher(line);
            if (not.matches()) {
                return Optional.of(new NotTried(not.group(1)));
            }
        }
        return Optional.empty();
    }

    /** Nothing that JSON would have to escape, and nothing that a terminal takes for a command. */
    private static String plain(String text) {
        return text.replaceAll("[^ -~]", "?").replace('"', '\'').replace('\\', '/');
    }

    /** The lines. */
    final class Format {
        private static final String TEXT = "\"([ !#-\\[\\]-~]*)\"";
        private static final Pattern TRIED = Pattern.compile("\\{\"raw-import\":\"tried\",\"driver\":" + TEXT
                + ",\"code\":(\\d{1,9}),\"name\":" + TEXT + ",\"descriptor-taken\":(true|false),\"healthy\":(true|false),\"after\":"
                + TEXT + "\\}");
        private static final Pattern NOT_TRIED = Pattern.compile("\\{\"raw-import\":\"not tried\",\"why\":" + TEXT + "\\}");

        private Format() {
        }
    }
}
