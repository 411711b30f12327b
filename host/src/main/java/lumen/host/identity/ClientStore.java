package lumen.host.identity;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import lumen.core.pairing.PairingException;
import lumen.core.pairing.PemCertificate;
import lumen.host.state.StateException;
import lumen.host.state.StateFile;

/**
 * The certificates of paired clients, kept in one file of the state folder. On disk before in force: a
 * pairing that was answered survives a kill. Thread-safe; lookups take no lock.
 */
public final class ClientStore {
    static final String FILE = "clients.json";

    private final StateFile file;
    private final List<Consumer<PairedClient>> removalListeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, PairedClient> clients;

    private ClientStore(StateFile file, Map<String, PairedClient> clients) {
        this.file = file;
        this.clients = clients;
    }

    /** @throws StateException if the file is there but damaged; an absent one is an empty store */
    public static ClientStore open(Path stateFolder) {
        StateFile file = new StateFile(stateFolder.resolve(FILE));
        return new ClientStore(file, file.read().map(bytes -> parse(file.path(), bytes)).orElseGet(Map::of));
    }

    /** The paired client whose certificate is byte-equal to this one. */
    public Optional<PairedClient> find(byte[] der) {
        PairedClient client = clients.get(PemCertificate.fingerprint(der));
        return client != null && client.is(der) ? Optional.of(client) : Optional.empty();
    }

    /** In the order of pairing. */
    public List<PairedClient> list() {
        return List.copyOf(clients.values());
    }

    /** Adds a client, or replaces the entry of the same certificate. */
    public synchronized PairedClient add(String name, Instant pairedAt, byte[] der) {
        PairedClient client = PairedClient.of(name, pairedAt, der);
        Map<String, PairedClient> next = new LinkedHashMap<>(clients);
        next.remove(client.fingerprint());
        next.put(client.fingerprint(), client);
        save(next);
        return client;
    }

    /** Takes effect on the client's next request. False if there was no such client. */
    public boolean remove(String fingerprint) {
        PairedClient removed;
        synchronized (this) {
            Map<String, PairedClient> next = new LinkedHashMap<>(clients);
            removed = next.remove(fingerprint);
            if (removed == null) {
                return false;
            }
            save(next);
        }
        for (Consumer<PairedClient> listener : removalListeners) {
            listener.accept(removed);
        }
        return true;
    }

    /** Called on the thread that removed a client, after it lost its rights: end its sessions there. */
    public void onRemoval(Consumer<PairedClient> listener) {
        removalListeners.add(listener);
    }

    private void save(Map<String, PairedClient> next) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (PairedClient client : next.values()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", client.name());
            entry.put("paired-at", client.pairedAt().toString());
            entry.put("certificate", Base64.getEncoder().encodeToString(client.der()));
            entries.add(entry);
        }
        try {
            file.write(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asBytes(Map.of("clients", entries)));
        } catch (IOException e) {
            throw new StateException(file.path() + " can't be written: " + e.getMessage(), e);
        }
        clients = next;
    }

    private static Map<String, PairedClient> parse(Path path, byte[] bytes) {
        try {
            Map<String, PairedClient> clients = new LinkedHashMap<>();
            if (!(JSON.std.mapFrom(bytes).get("clients") instanceof List<?> entries)) {
                throw damaged(path, "it has no list of clients", null);
            }
            for (Object entry : entries) {
                if (!(entry instanceof Map<?, ?> fields && fields.get("name") instanceof String name
                    && fields.get("paired-at") instanceof String pairedAt && fields.get("certificate") instanceof String certificate)) {
                    throw damaged(path, "an entry lacks name, paired-at or certificate", null);
                }
                byte[] der = Base64.getDecoder().decode(certificate);
                PemCertificate.parse(PemCertificate.encode(der));
                PairedClient client = PairedClient.of(name, Instant.parse(pairedAt), der);
                clients.put(client.fingerprint(), client);
            }
            return clients;
        } catch (IOException | IllegalArgumentException | DateTimeException | PairingException e) {
            throw damaged(path, e.getMessage(), e);
        }
    }

    private static StateException damaged(Path path, String why, Throwable cause) {
        return new StateException(path + " is damaged (" + why + "); restore it from a backup, or delete it to pair all clients again", cause);
    }
}
