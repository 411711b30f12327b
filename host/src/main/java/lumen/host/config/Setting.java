package lumen.host.config;

import java.util.List;
import java.util.Optional;
import lumen.host.media.RehearsedFault;

/**
 * One row of the settings table.
 *
 * @param key      path in {@code lumen.conf}
 * @param variable environment variable that overrides it, if any
 * @param kind     what values are allowed
 */
public record Setting(String key, Optional<String> variable, Kind kind) {

    static Setting of(String key, String variable, Kind kind) {
        return new Setting(key, Optional.of(variable), kind);
    }

    static Setting of(String key, Kind kind) {
        return new Setting(key, Optional.empty(), kind);
    }

    /** What a setting's values look like. */
    public sealed interface Kind {

        /** The allowed values, in words. */
        String allowed();

        /**
         * Checks a value and brings it into its one normal form.
         *
         * @throws IllegalArgumentException if it isn't allowed
         */
        String normalize(String text);
    }

    /** A whole number in a range. */
    record Whole(long min, long max) implements Kind {
        @Override
        public String allowed() {
            return "a whole number from " + min + " to " + max;
        }

        @Override
        public String normalize(String text) {
            long value = Long.parseLong(text.strip());
            if (value < min || value > max) {
                throw new IllegalArgumentException();
            }
            return Long.toString(value);
        }
    }

    /** A decimal number in a range. */
    record Decimal(double min, double max) implements Kind {
        @Override
        public String allowed() {
            return "a number from " + min + " to " + max;
        }

        @Override
        public String normalize(String text) {
            double value = Double.parseDouble(text.strip());
            if (!(value >= min && value <= max)) {
                throw new IllegalArgumentException();
            }
            return Double.toString(value);
        }
    }

    /** Yes or no. */
    record Flag() implements Kind {
        @Override
        public String allowed() {
            return "true, false";
        }

        @Override
        public String normalize(String text) {
            return switch (text.strip()) {
                case "true", "1", "yes", "on" -> "true";
                case "false", "0", "no", "off", "" -> "false";
                default -> throw new IllegalArgumentException();
            };
        }
    }

    /**
     * One of a few words.
     *
     * @param words    the words; the first is the default
     * @param synonyms pairs {@code other=word} that mean the same
     */
    record Word(java.util.List<String> words, java.util.Map<String, String> synonyms) implements Kind {
        static Word of(String... words) {
            return new Word(java.util.List.of(words), java.util.Map.of());
        }

        Word or(String other, String word) {
            var all = new java.util.HashMap<>(synonyms);
            all.put(other, word);
            return new Word(words, java.util.Map.copyOf(all));
        }

        @Override
        public String allowed() {
            return String.join(", ", words);
        }

        @Override
        public String normalize(String text) {
            String word = text.strip().toLowerCase(java.util.Locale.ROOT);
            word = synonyms.getOrDefault(word, word);
            if (!words.contains(word)) {
                throw new IllegalArgumentException();
            }
            return word;
        }
    }

    /** Failures to be played, of the form {@link RehearsedFault} reads. */
    record Faults() implements Kind {
        @Override
        public String allowed() {
            return "importer:step@frame, with commas between";
        }

        @Override
        public String normalize(String text) {
            RehearsedFault.parse(text);
            return text;
        }
    }

    /** Any text, such as a name or a path. */
    record Text(int maxLength) implements Kind {
        @Override
        public String allowed() {
            return "text of at most " + maxLength + " characters";
        }

        @Override
        public String normalize(String text) {
            if (text.length() > maxLength || text.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException();
            }
            return text;
        }
    }
}
