package lumen.plugin.pipewire.audio;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lumen.spi.Journal;

/** Remembers changes that have not been undone. */
final class RecordedJournal implements Journal {
    final Map<Entry, Map<String, String>> open = new ConcurrentHashMap<>();

    @Override
    public Entry process(String what, long pid, long startTicks) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Entry change(String provider, String what, Map<String, String> details) {
        Entry entry = new Entry() {
            @Override
            public void close() {
                open.remove(this);
            }
        };
        open.put(entry, details);
        return entry;
    }
}
