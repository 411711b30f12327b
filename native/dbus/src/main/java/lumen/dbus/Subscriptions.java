package lumen.dbus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who hears of which signals. The bus filters too, but not what is addressed to us alone. Thread-safe. */
final class Subscriptions {
    private static final System.Logger LOG = System.getLogger(Subscriptions.class.getName());

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    /** The unique name behind each well-known one that somebody listens to; empty if nobody owns it. */
    private final Map<String, String> owners = new ConcurrentHashMap<>();

    /** A match rule; empty texts match anything. */
    record Rule(String sender, String path, String interfaceName, String member, String firstArgument) {
        /** As {@code AddMatch} takes it. */
        String text() {
            StringBuilder rule = new StringBuilder("type='signal'");
            part(rule, "sender", sender);
            part(rule, "path", path);
            part(rule, "interface", interfaceName);
            part(rule, "member", member);
            part(rule, "arg0", firstArgument);
            return rule.toString();
        }

        private static void part(StringBuilder rule, String key, String value) {
            if (value.indexOf('\'') >= 0) {
                throw new IllegalArgumentException("a match rule for " + value);
            }
            if (!value.isEmpty()) {
                rule.append(',').append(key).append("='").append(value).append('\'');
            }
        }

        private boolean matches(Message m, Map<String, String> owners) {
            return (sender.isEmpty() || owners.getOrDefault(sender, sender).equals(m.fields().sender()))
                    && fits(path, m.fields().path()) && fits(interfaceName, m.fields().interfaceName())
                    && fits(member, m.fields().member())
                    && (firstArgument.isEmpty() || m.first(String.class).filter(firstArgument::equals).isPresent());
        }

        private static boolean fits(String wanted, String given) {
            return wanted.isEmpty() || wanted.equals(given);
        }
    }

    /** A rule and its listener; an identity of its own. */
    static final class Entry {
        private final Rule rule;
        private final Consumer<Message> listener;

        private Entry(Rule rule, Consumer<Message> listener) {
            this.rule = rule;
            this.listener = listener;
        }
    }

    Entry add(Rule rule, Consumer<Message> listener) {
        Entry entry = new Entry(rule, listener);
        entries.add(entry);
        return entry;
    }

    /** False if it had been removed before. */
    boolean remove(Entry entry) {
        return entries.remove(entry);
    }

    /** Who owns a name, as an answer to a question had it; news that have come since count more. */
    void owner(String name, String unique) {
        owners.putIfAbsent(name, unique);
    }

    boolean knowsOwner(String name) {
        return owners.containsKey(name);
    }

    /** News of who owns a name. */
    void ownerChanged(String name, String unique) {
        owners.put(name, unique);
    }

    /** Tells whoever listens. What comes with the signal is theirs for as long as the call lasts. */
    void deliver(Message signal) {
        for (Entry entry : entries) {
            if (entry.rule.matches(signal, owners)) {
                try {
                    entry.listener.accept(signal);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "a listener of " + entry.rule.text() + " failed", e);
                }
            }
        }
        signal.discard();
    }
}
