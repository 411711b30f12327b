package lumen.plugin.kwin;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What KWin's support information says of it.
 *
 * @param version such as {@code 6.7.4}; empty: not told
 * @param virtual true if it runs on its virtual backend ({@code --virtual}), without a display
 */
record KwinInformation(String version, boolean virtual) {
    private static final Pattern VERSION = Pattern.compile("(?m)^KWin version: (\\d{1,4}\\.\\d{1,4}(\\.\\d{1,4})?)");
    /** Under the heading of the output backend; a class name of old, a plain one elsewhere. */
    private static final Pattern VIRTUAL = Pattern.compile("(?mi)^Name: (KWin::)?Virtual(Backend)?\\s*$");
    /** The virtual backend makes outputs from here on. */
    private static final int[] VIRTUAL_OUTPUTS = {6, 5, 6};

    static KwinInformation parse(String text) {
        Matcher version = VERSION.matcher(text);
        return new KwinInformation(version.find() ? version.group(1) : "", VIRTUAL.matcher(text).find());
    }

    /** Why this KWin makes no virtual outputs, if so. */
    Optional<String> problem() {
        return virtual && !version.isEmpty() && before(VIRTUAL_OUTPUTS)
                ? Optional.of("KWin " + version + " without a display (--virtual) makes no virtual outputs; 6.5.6 does")
                : Optional.empty();
    }

    private boolean before(int... other) {
        String[] parts = version.split("\\.");
        for (int i = 0; i < other.length; i++) {
            int number = i < parts.length ? Integer.parseInt(parts[i]) : 0;
            if (number != other[i]) {
                return number < other[i];
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return (version.isEmpty() ? "(version not told)" : version) + (virtual ? ", without a display" : "");
    }
}
