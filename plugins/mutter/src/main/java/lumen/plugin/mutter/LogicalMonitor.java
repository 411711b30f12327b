package lumen.plugin.mutter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A part of the layout and the monitors that show it.
 *
 * @param transform as Mutter numbers it
 */
record LogicalMonitor(int x, int y, double scale, int transform, boolean primary, List<Member> members) {
    LogicalMonitor {
        members = List.copyOf(members);
    }

    /** A monitor and the identity of its mode. */
    record Member(String connector, String mode) {
    }

    boolean has(String connector) {
        return members.stream().anyMatch(m -> m.connector().equals(connector));
    }

    LogicalMonitor at(int newX, int newY) {
        return new LogicalMonitor(newX, newY, scale, transform, primary, members);
    }

    LogicalMonitor primary(boolean now) {
        return new LogicalMonitor(x, y, scale, transform, now, members);
    }

    LogicalMonitor scaled(double by) {
        return new LogicalMonitor(x, y, by, transform, primary, members);
    }

    /** As a line of the journal. */
    String text() {
        return x + " " + y + " " + scale + " " + transform + " " + primary
                + members.stream().map(m -> " " + m.connector() + " " + m.mode()).collect(Collectors.joining());
    }

    /** @throws IllegalArgumentException if it isn't such a line */
    static LogicalMonitor parse(String text) {
        String[] words = text.split(" ");
        if (words.length < 7 || words.length % 2 == 0) {
            throw new IllegalArgumentException("not a logical monitor: " + text);
        }
        List<Member> members = new ArrayList<>();
        for (int i = 5; i < words.length; i += 2) {
            members.add(new Member(words[i], words[i + 1]));
        }
        return new LogicalMonitor(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Double.parseDouble(words[2]),
                Integer.parseInt(words[3]), Boolean.parseBoolean(words[4]), members);
    }

    /** A layout as the details of a journalled change. */
    static Map<String, String> details(List<LogicalMonitor> layout) {
        Map<String, String> details = new HashMap<>();
        for (int i = 0; i < layout.size(); i++) {
            details.put("logical." + i, layout.get(i).text());
        }
        return details;
    }

    static List<LogicalMonitor> parse(Map<String, String> details) {
        List<LogicalMonitor> layout = new ArrayList<>();
        for (int i = 0; details.containsKey("logical." + i); i++) {
            layout.add(parse(details.get("logical." + i)));
        }
        return layout;
    }
}
