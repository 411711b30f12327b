package lumen.host.identity;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.host.state.AtomicFile;
import lumen.host.state.StateException;

/** The paired clients, in one file that is replaced atomically at each change. Thread-safe. */
public final class ClientStore {
    private final Path file;
    private volatile List<PairedClient> clients;

    /**
     * Reads the store in a state folder; a missing file is an empty store.
     *
     * @throws StateException if the file is damaged: it is never overwritten then
     */
    public ClientStore(Path folder) {
        this.file = folder.resolve("clients.json");
        this.clients = Files.exists(file) ? read(file) : List.of();
    }

    private static List<PairedClient> read(Path file) {
        try {
            List<PairedClient> clients = new ArrayList<>();
            for (Object entry : JSON.std.listFrom(Files.readString(file))) {
                Map<?, ?> fields = (Map<?, ?>) entry;
                clients.add(new PairedClient(Base64.getDecoder().decode((String) fields.get("certificate")),
                        (String) fields.get("name"), Instant.parse((String) fields.get("paired-at"))));
            }
            return List.copyOf(clients);
        } catch (IOException | ClassCastException | NullPointerException | IllegalArgumentException | DateTimeException e) {
            throw new StateException("the list of paired clients in " + file + " is damaged (" + e.getMessage()
                    + "); restore it from a backup, or delete it and pair every client again");
        }
    }

    public List<PairedClient> all() {
        return clients;
    }

    /** The client with exactly that certificate. */
    public Optional<PairedClient> byCertificate(byte[] der) {
        return clients.stream().filter(c -> Arrays.equals(c.certificate(), der)).findFirst();
    }

    /** Adds a client, replacing an entry with the same certificate; durable when it returns. */
    public synchronized void add(PairedClient client) {
        List<PairedClient> next = new ArrayList<>(clients);
        next.removeIf(c -> Arrays.equals(c.certificate(), client.certificate()));
        next.add(client);
        write(next);
    }

    /** Removes a client; durable when it returns. */
    public synchronized boolean remove(byte[] certificate) {
        List<PairedClient> next = new ArrayList<>(clients);
        if (!next.removeIf(c -> Arrays.equals(c.certificate(), certificate))) {
            return false;
        }
        write(next);
        return true;
    }

    private void write(List<PairedClient> next) {
        List<Map<String, String>> entries = new ArrayList<>();
        for (PairedClient client : next) {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("name", client.name());
            entry.put("paired-at", client.pairedAt().toString());
            entry.put("certificate", Base64.getEncoder().encodeToString(client.certificate()));
            entries.add(entry);
        }
        try {
            AtomicFile.write(file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(entries)
                    .getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the list of paired clients can't be written", e);
        }
        clients = List.copyOf(next);
    }
}
