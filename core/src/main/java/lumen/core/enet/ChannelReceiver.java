package lumen.core.enet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lumen.core.metrics.EventCounters;

/**
 * Puts one channel's messages back in order: holds what is ahead of its turn, joins fragments, drops what
 * was delivered before (streams reference, 3.4).
 */
final class ChannelReceiver {
    /** What is to become of a command after it was looked at. */
    enum Verdict {
        /** Acknowledge it if it asks for that. */
        ACCEPTED,
        /** Don't acknowledge: it shall come again, or never. */
        REFUSED
    }

    private record Held(int reliable, int unreliable, byte[] message) {
    }

    private final ReceiveBudget budget;
    private final int maxMessage;
    private final EventCounters<EnetDrop> drops;
    private int lastReliable;
    private int lastUnreliable;
    private final Map<Integer, byte[]> ahead = new HashMap<>(4);
    private final Map<Integer, Reassembly> fragments = new HashMap<>(4);
    private final List<Held> held = new ArrayList<>(0);

    ChannelReceiver(ReceiveBudget budget, int maxMessage, EventCounters<EnetDrop> drops) {
        this.budget = budget;
        this.maxMessage = maxMessage;
        this.drops = drops;
    }

    Verdict reliable(int sequence, byte[] from, int at, int length, Consumer<byte[]> deliver) {
        Verdict outside = outsideWindow(sequence);
        if (outside != null) {
            return outside;
        }
        if (sequence == next()) {
            lastReliable = sequence;
            deliver.accept(Arrays.copyOfRange(from, at, at + length));
            advance(deliver);
            return Verdict.ACCEPTED;
        }
        if (ahead.containsKey(sequence) || fragments.containsKey(sequence)) {
            drops.count(EnetDrop.DUPLICATE);
            return Verdict.ACCEPTED;
        }
        if (!budget.take(length)) {
            drops.count(EnetDrop.RECEIVE_BUDGET);
            return Verdict.REFUSED;
        }
        ahead.put(sequence, Arrays.copyOfRange(from, at, at + length));
        return Verdict.ACCEPTED;
    }

    Verdict unreliable(int reliable, int number, byte[] from, int at, int length, Consumer<byte[]> deliver) {
        if (reliable == lastReliable) {
            if ((short) (number - lastUnreliable) <= 0) {
                drops.count(EnetDrop.STALE_UNRELIABLE);
                return Verdict.ACCEPTED;
            }
            lastUnreliable = number;
            deliver.accept(Arrays.copyOfRange(from, at, at + length));
            return Verdict.ACCEPTED;
        }
        if (window(reliable) >= window(lastReliable) + EnetProtocol.OPEN_WINDOWS || (short) (reliable - lastReliable) < 0) {
            drops.count(EnetDrop.STALE_UNRELIABLE);
            return Verdict.ACCEPTED;
        }
        if (!budget.take(length)) {
            drops.count(EnetDrop.RECEIVE_BUDGET);
            return Verdict.REFUSED;
        }
        held.add(new Held(reliable, number, Arrays.copyOfRange(from, at, at + length)));
        return Verdict.ACCEPTED;
    }

    /** Takes the SEND_FRAGMENT command at {@code c}, which lies whole inside the datagram. */
    Verdict fragment(byte[] from, int c, Consumer<byte[]> deliver) {
        int start = EnetProtocol.u16(from, c + EnetProtocol.Fragment.START);
        int length = EnetProtocol.u16(from, c + EnetProtocol.Fragment.DATA_LENGTH);
        long count = EnetProtocol.u32(from, c + EnetProtocol.Fragment.COUNT);
        long number = EnetProtocol.u32(from, c + EnetProtocol.Fragment.NUMBER);
        long total = EnetProtocol.u32(from, c + EnetProtocol.Fragment.TOTAL);
        long offset = EnetProtocol.u32(from, c + EnetProtocol.Fragment.OFFSET);
        int sequence = EnetProtocol.u16(from, c + EnetProtocol.Command.SEQUENCE);
        Verdict outside = outsideWindow(start);
        if (outside != null) {
            return outside;
        }
        if (total > maxMessage) {
            drops.count(EnetDrop.MESSAGE_TOO_LARGE);
            return Verdict.REFUSED;
        }
        if (length == 0 || count == 0 || count > Math.min(total, 1 << EnetProtocol.WINDOW_SHIFT) || number >= count
                || offset + length > total || sequence != (start + number & 0xFFFF) || ahead.containsKey(start)) {
            drops.count(EnetDrop.BAD_FRAGMENT);
            return Verdict.REFUSED;
        }
        Reassembly message = fragments.get(start);
        if (message == null) {
            boolean inBudget = budget.take((int) total);
            if (!inBudget && !(start == next() && budget.takeReserve())) {
                drops.count(EnetDrop.RECEIVE_BUDGET);
                return Verdict.REFUSED;
            }
            message = new Reassembly((int) count, (int) total, !inBudget);
            fragments.put(start, message);
        } else if (message.count != count || message.message.length != total) {
            drops.count(EnetDrop.BAD_FRAGMENT);
            return Verdict.REFUSED;
        }
        if (!message.add((int) number, from, c + EnetProtocol.length(EnetProtocol.SEND_FRAGMENT), length, (int) offset)) {
            drops.count(EnetDrop.DUPLICATE);
        } else if (message.complete()) {
            advance(deliver);
        }
        return Verdict.ACCEPTED;
    }

    private int next() {
        return lastReliable + 1 & 0xFFFF;
    }

    /** The window of a sequence number, counted on from the wrap if the number lies behind the last one. */
    private int window(int sequence) {
        return (sequence >> EnetProtocol.WINDOW_SHIFT) + (sequence < lastReliable ? 16 : 0);
    }

    private Verdict outsideWindow(int sequence) {
        int current = lastReliable >> EnetProtocol.WINDOW_SHIFT;
        int window = window(sequence);
        if (sequence == lastReliable || (short) (sequence - lastReliable) < 0 && window >= current + EnetProtocol.OPEN_WINDOWS + 2) {
            drops.count(EnetDrop.DUPLICATE);
            return Verdict.ACCEPTED;
        }
        if (window < current || window >= current + EnetProtocol.OPEN_WINDOWS) {
            drops.count(EnetDrop.OUT_OF_WINDOW);
            return window <= current + EnetProtocol.OPEN_WINDOWS + 1 ? Verdict.REFUSED : Verdict.ACCEPTED;
        }
        return null;
    }

    /** Delivers everything whose turn has come. */
    private void advance(Consumer<byte[]> deliver) {
        while (true) {
            byte[] message = ahead.remove(next());
            if (message != null) {
                budget.give(message.length);
                lastReliable = next();
                deliver.accept(message);
                continue;
            }
            Reassembly joined = fragments.get(next());
            if (joined == null || !joined.complete()) {
                break;
            }
            fragments.remove(next());
            if (joined.reserved) {
                budget.giveReserve();
            } else {
                budget.give(joined.message.length);
            }
            lastReliable = lastReliable + joined.count & 0xFFFF;
            deliver.accept(joined.message);
        }
        lastUnreliable = 0;
        releaseHeld(deliver);
    }

    private void releaseHeld(Consumer<byte[]> deliver) {
        if (held.isEmpty()) {
            return;
        }
        List<Held> due = new ArrayList<>();
        for (Iterator<Held> i = held.iterator(); i.hasNext();) {
            Held h = i.next();
            if ((short) (h.reliable - lastReliable) <= 0) {
                i.remove();
                budget.give(h.message.length);
                if (h.reliable == lastReliable) {
                    due.add(h);
                } else {
                    drops.count(EnetDrop.STALE_UNRELIABLE);
                }
            }
        }
        due.sort((a, b) -> Integer.compare(a.unreliable, b.unreliable));
        for (Held h : due) {
            if ((short) (h.unreliable - lastUnreliable) > 0) {
                lastUnreliable = h.unreliable;
                deliver.accept(h.message);
            } else {
                drops.count(EnetDrop.DUPLICATE);
            }
        }
    }
}
