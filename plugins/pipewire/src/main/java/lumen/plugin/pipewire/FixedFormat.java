package lumen.plugin.pipewire;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The only format on offer, for finding out which one a compositor chokes on: {@code LUMEN_PW_FIXED_POD}, such as
 * {@code BGRx}, {@code BGRx:0x0} (a dmabuf with that modifier) or {@code BGRA:0x0:1920x1080}.
 *
 * @param size empty: the display's
 */
record FixedFormat(VideoFormat format, OptionalLong modifier, Optional<int[]> size) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z]+)(?::(0x[0-9a-fA-F]{1,16}))?(?::(\\d{1,5})x(\\d{1,5}))?");

    /** @throws IllegalArgumentException saying what is allowed */
    static FixedFormat parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not FORMAT[:0xMODIFIER][:WxH]");
        }
        VideoFormat format = VideoFormat.named(parts.group(1)).orElseThrow(() -> new IllegalArgumentException(
                "no format " + parts.group(1) + "; there are " + Arrays.toString(VideoFormat.values())));
        return new FixedFormat(format,
                parts.group(2) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(parts.group(2).substring(2), 16)),
                parts.group(3) == null ? Optional.empty()
                        : Optional.of(new int[] {Integer.parseInt(parts.group(3)), Integer.parseInt(parts.group(4))}));
    }

    @Override
    public String toString() {
        return format + (modifier.isPresent() ? String.format(":0x%x", modifier.getAsLong()) : "")
                + size.map(s -> ":" + s[0] + "x" + s[1]).orElse("");
    }
}
