package lumen.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import lumen.host.config.NetworkSettings;
import lumen.host.config.Settings;
import lumen.host.net.PortInUseException;
import lumen.host.pairing.PairingDesk;
import lumen.host.pairing.PairingResult;
import lumen.host.pairing.PendingPairing;
import lumen.host.pairing.PinOutcome;
import lumen.host.plugin.RunningHost;
import lumen.host.plugin.Selection;
import lumen.host.session.GameStreamHost;
import lumen.host.session.Rehearsal;
import lumen.host.state.FileJournal;
import lumen.host.state.StateDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lumen serve}: the host, until it is told to stop. */
@Command(name = "serve", mixinStandardHelpOptions = true, sortOptions = false, description = "Start the host.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger(ServeCommand.class.getName());

    @Mixin
    private Bootstrap bootstrap;

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = bootstrap.settings();
        settings.warnings().forEach(w -> LOG.log(Level.WARNING, w));
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch stop = new CountDownLatch(1);
        try (StateDirectory state = bootstrap.openState()) {
            FileJournal journal = new FileJournal(state.path().resolve("journal"));
            journal.undoLeftovers();
            RunningHost context = bootstrap.context(journal, state.path());
            Selection selection = bootstrap.selection(context);
            journal.undoChanges((provider, details) -> selection.undo(provider, details, context));
            // Fails here, with the reason, rather than at the first client.
            selection.displays();
            selection.importers();
            selection.encoders(OptionalLong.empty());
            String name = settings.nonEmpty("name").orElseGet(ServeCommand::machineName);
            try (GameStreamHost host = new GameStreamHost(name, state.path(), bootstrap.runtimeDirectory(), settings, selection, context)) {
                host.desk().watch(pending -> pending.ifPresent(ServeCommand::announce));
                greet(name, host, selection);
                Thread.ofPlatform().daemon().name("lumen-rehearsal").start(new Rehearsal(selection, context));
                if (onTerminal()) {
                    Thread.ofPlatform().daemon().name("lumen-terminal").start(() -> readPins(host.desk()));
                }
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    stop.countDown();
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }, "lumen-shutdown"));
                stop.await();
            }
        } catch (PortInUseException e) {
            throw new CommandFailure(e.getMessage() + "; " + NetworkSettings.key(e.purpose())
                    + " moves this port, network.base-port all of them");
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private static void announce(PendingPairing client) {
        System.out.println("\n" + client.deviceName() + " at " + client.address().getHostAddress() + " (certificate "
                + client.fingerprint().substring(0, 12) + ") wants to pair. Type the PIN it shows"
                + (onTerminal() ? " here, or run: lumen pair PIN" : " with: lumen pair PIN"));
    }

    private static boolean onTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    private void greet(String name, GameStreamHost host, Selection selection) {
        PrintStream out = System.out;
        ChainDescription chain = new ChainDescription(selection);
        out.println("lumen " + LumenVersion.version() + " on " + name);
        out.println("  streams  " + chain.line());
        chain.refusedDisplays().forEach(line -> out.println("           not " + line));
        selection.ledger().rejected().forEach(r -> out.println("           not " + r.file() + ": " + r.reason()));
        addresses().forEach(a -> out.println("  address  " + a + (host.httpPort() == 47989 ? "" : ":" + host.httpPort())));
        out.println("  clients  " + host.pairedClients() + " paired; to pair one, choose this host in Moonlight and type its PIN"
                + (onTerminal() ? " here" : " with: lumen pair PIN"));
        out.println("serving");
        out.flush();
    }

    private static void readPins(PairingDesk desk) {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank()) {
                    tell(desk.submit(line.strip()));
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the terminal is gone: {0}", e.toString());
        }
    }

    private static void tell(PinOutcome outcome) {
        switch (outcome) {
            case PinOutcome.Malformed() -> System.out.println(PinOutcome.Malformed.WORDS);
            case PinOutcome.NonePending() -> System.out.println(PinOutcome.NonePending.WORDS);
            case PinOutcome.Accepted(PendingPairing client, var result) -> result.thenAccept(r -> System.out.println(
                    r == PairingResult.PAIRED ? client.deviceName() + " is paired"
                            : PairingResult.NOT_PAIRED));
        }
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "lumen";
        }
    }

    private static List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (network.isUp() && !network.isLoopback()) {
                    for (InetAddress address : Collections.list(network.getInetAddresses())) {
                        if (address instanceof Inet4Address) {
                            addresses.add(address.getHostAddress());
                        }
                    }
                }
            }
        } catch (SocketException e) {
            LOG.log(Level.DEBUG, "no network interfaces: {0}", e.toString());
        }
        return addresses.isEmpty() ? List.of("127.0.0.1") : addresses;
    }
}
