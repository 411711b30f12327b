package lumen.host.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import lumen.posix.ChildProcess;
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
    @TempDir
    private Path folder;

    private long notes() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            return files.count();
        }
    }

    @Test
    void shouldEndAProcessThatAKilledHostLeftBehind() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        FileJournal killed = new FileJournal(folder.resolve("journal"));
        killed.process("a sleeper", sleeper.pid(), ChildProcess.startTicks(sleeper.pid()).orElseThrow());

        assertEquals(1, new FileJournal(folder.resolve("journal")).undoLeftovers());

        assertTrue(sleeper.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, notes());
    }

    @Test
    void shouldEndWhatADeadAppHadStarted() throws Exception {
        FileJournal killed = new FileJournal(folder.resolve("journal"));
        ChildProcess app = ChildProcess.start("app", List.of("sh", "-c", "sleep 600 & exec sleep 601"), System.getenv(), folder,
                (pid, ticks) -> killed.process("an app", pid, ticks));
        ProcessHandle leader = ProcessHandle.of(app.pid()).orElseThrow();
        ProcessHandle orphan = awaitChild(leader);
        leader.destroyForcibly();
        leader.onExit().get(10, TimeUnit.SECONDS);
        assertTrue(orphan.isAlive());

        new FileJournal(folder.resolve("journal")).undoLeftovers();

        orphan.onExit().get(10, TimeUnit.SECONDS);
        assertEquals(0, notes());
        app.close();
    }

    private static ProcessHandle awaitChild(ProcessHandle parent) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            Optional<ProcessHandle> child = parent.children().filter(c -> c.info().command().orElse("").endsWith("sleep")).findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("sh starts nothing");
    }

    @Test
    void shouldNotTouchAProcessThatGotTheSameNumberLater() throws Exception {
        Process innocent = new ProcessBuilder("sleep", "600").start();
        try {
            FileJournal killed = new FileJournal(folder.resolve("journal"));
            killed.process("somebody else", innocent.pid(), ChildProcess.startTicks(innocent.pid()).orElseThrow() - 1);

            assertEquals(0, new FileJournal(folder.resolve("journal")).undoLeftovers());

            assertTrue(innocent.isAlive());
            assertEquals(0, notes());
        } finally {
            innocent.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldForgetWhatWasUndoneInTime() throws Exception {
        FileJournal journal = new FileJournal(folder.resolve("journal"));
        try (var entry = journal.process("this test", ProcessHandle.current().pid(), 1)) {
            assertEquals(1, notes());
        }
        assertEquals(0, notes());
    }

    @Test
    void shouldHandAChangeBackToWhoeverMadeIt() throws Exception {
        FileJournal killed = new FileJournal(folder.resolve("journal"));
        killed.change("kwin", "outputs switched off", Map.of("DP-1", "1920x1080 \"left\"", "HDMI-1", "off"));
        FileJournal next = new FileJournal(folder.resolve("journal"));
        assertEquals(0, next.undoLeftovers());
        assertEquals(1, notes());
        List<String> undone = new ArrayList<>();

        next.undoChanges((provider, details) -> undone.add(provider + " " + new TreeMap<>(details)));

        assertEquals(List.of("kwin {DP-1=1920x1080 \"left\", HDMI-1=off}"), undone);
        assertEquals(0, notes());
    }

    @Test
    void shouldGoOnWhenAChangeCantBeUndone() throws Exception {
        FileJournal journal = new FileJournal(folder.resolve("journal"));
        journal.change("mutter", "one", Map.of());
        journal.change("mutter", "two", Map.of());
        Files.writeString(folder.resolve("journal").resolve("change-1-1"), "{ no json");
        AtomicInteger tried = new AtomicInteger();

        journal.undoChanges((provider, details) -> {
            tried.incrementAndGet();
            throw new BackendException("the compositor is not there");
        });

        assertEquals(2, tried.get());
        assertEquals(0, notes());
    }

    @Test
    void shouldForgetAChangeThatWasUndoneInTime() throws Exception {
        FileJournal journal = new FileJournal(folder.resolve("journal"));
        journal.change("mutter", "one", Map.of()).close();
        assertEquals(0, notes());
    }

    @Test
    void shouldRememberNotesForTheNextStart() {
        FileNotes first = FileNotes.open(folder);
        first.put("portal/restore-token", "a \"token\"");
        first.put("portal/other", "x");
        first.put("portal/other", "");
        FileNotes next = FileNotes.open(folder);
        assertEquals(Optional.of("a \"token\""), next.get("portal/restore-token"));
        assertEquals(Optional.empty(), next.get("portal/other"));
    }

    @Test
    void shouldNameDamagedNotes() throws Exception {
        Files.writeString(folder.resolve("notes.json"), "[1");
        assertTrue(assertThrows(StateException.class, () -> FileNotes.open(folder)).getMessage().contains("notes.json"));
    }

    @Test
    void shouldDropADamagedNote() throws Exception {
        FileJournal journal = new FileJournal(folder.resolve("journal"));
        Files.writeString(folder.resolve("journal").resolve("process-1-1"), "12 x");
        Files.writeString(folder.resolve("journal").resolve("process-1-2"), "a b c");
        assertEquals(0, journal.undoLeftovers());
        assertEquals(0, notes());
    }

    @Test
    void shouldRefuseAStateFolderThatIsInUse() {
        try (StateDirectory first = StateDirectory.open(folder.resolve("state"))) {
            String message = assertThrows(StateException.class, () -> StateDirectory.open(first.path())).getMessage();
            assertTrue(message.contains("another lumen host uses the state folder"), message);
        }
        StateDirectory.open(folder.resolve("state")).close();
    }

    @Test
    void shouldRefuseAFolderOfAnotherUser() throws Exception {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        assumeTrue(CurrentProcess.uid() == 0, "only root can give a folder away");
        Files.setAttribute(foreign, "unix:uid", 1);
        assertTrue(assertThrows(StateException.class, () -> StateDirectory.open(foreign)).getMessage()
                .contains("belongs to another user"));
    }
}
