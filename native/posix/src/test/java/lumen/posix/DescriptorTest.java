package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DescriptorTest {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    @Test
    void aDescriptorIsClosedOnceAndThenRefused() {
        Fd fd = Memfd.create("test", 1, 0);
        Fd copy = Fd.duplicateOf(fd.value());
        int number = fd.value();
        fd.close();
        Fd reused = Memfd.create("test", 2, 0);
        assertEquals(number, reused.value(), "the kernel hands out the lowest free number");
        fd.close();
        assertEquals(2, Fd.sizeOf(reused.value()), "the second close did not hit the new owner");
        assertThrows(IllegalStateException.class, fd::value);
        assertEquals(1, Fd.sizeOf(copy.value()));
        copy.close();
        reused.close();
    }

    @Test
    void whatNobodyWritesIsReadyAtOnceAndAClosedDescriptorIsTold() {
        try (Fd fd = Memfd.create("test", 1, 0); DmabufFence fence = new DmabufFence()) {
            assertEquals(DmabufFence.Outcome.READY, fence.await(fd.value(), 0));
            int number = fd.value();
            fd.close();
            assertEquals(DmabufFence.Outcome.NO_DMABUF, fence.await(number, 0));
        }
    }

    @Test
    void aDuplicateIsToldFromASecondOpeningOfTheSameFile() throws IOException {
        try (Fd one = Memfd.create("opened-twice", 1, 0); Fd copy = Fd.duplicateOf(one.value());
             InputStream second = Files.newInputStream(Path.of("/proc/self/fd/" + one.value()))) {
            assertEquals(0, second.read());
            int opened = openings("opened-twice").filter(n -> n != one.value() && n != copy.value()).findFirst().orElseThrow();
            assertTrue(Fd.sameDescription(one.value(), copy.value()));
            assertTrue(Fd.sameFile(one.value(), opened));
            assertEquals(false, Fd.sameDescription(one.value(), opened));
            int gone = copy.value();
            copy.close();
            assertEquals(false, Fd.sameDescription(one.value(), gone));
        }
    }

    /** This process's descriptors of a memfd. */
    private static Stream<Integer> openings(String name) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(p -> {
                try {
                    return Files.readSymbolicLink(p).toString().contains(name);
                } catch (IOException e) {
                    return false;
                }
            }).map(p -> Integer.valueOf(p.getFileName().toString())).toList().stream();
        }
    }

    @Test
    void filesAreToldApartHoweverManyDescriptorsTheyHave() {
        try (Fd one = Memfd.create("one", 1, 0); Fd copy = Fd.duplicateOf(one.value()); Fd other = Memfd.create("other", 1, 0)) {
            assertTrue(Fd.sameFile(one.value(), copy.value()));
            assertEquals(false, Fd.sameFile(one.value(), other.value()));
            assertEquals(false, Fd.isDmabuf(one.value()));
        }
    }

    @Test
    void aThreadsCpuTimeGrowsWithItsWork() {
        try (ThreadCpuClock clock = new ThreadCpuClock()) {
            long before = clock.nanos();
            long deadline = System.nanoTime() + 2_000_000_000L;
            while (clock.nanos() - before < 1_000_000 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(clock.nanos() - before >= 1_000_000);
        }
    }

    @Test
    void aPathThatIsNotThereIsNamed() {
        PosixException e = assertThrows(PosixException.class, () -> Fd.open(Path.of("/nowhere/device")));
        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains("/nowhere/device"), e.getMessage());
    }

    @Test
    void theEnvironmentIsWhatNativeLibrariesSee() {
        CurrentProcess.setEnvironment("LUMEN_POSIX_TEST", "seen");
        assertEquals("seen", CurrentProcess.environment("LUMEN_POSIX_TEST").orElseThrow());
        assertEquals(true, CurrentProcess.environment("LUMEN_POSIX_NOT_THERE").isEmpty());
    }

    @Test
    void aFileTooShortIsRefusedInsteadOfMapped() {
        try (Fd fd = Memfd.create("test", 4096, 0)) {
            PosixException e = assertThrows(PosixException.class, () -> Mapping.of(fd.value(), 4097, false));
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("4097") && e.getMessage().contains("4096"), e.getMessage());
        }
    }

    @Test
    void aFileIsReadFromItsBeginningWhereverItsOffsetStands() {
        try (Fd fd = Memfd.create("test", 5, 0); Mapping mapping = Mapping.of(fd.value(), 5, true)) {
            mapping.segment().setString(0, "text");
            assertEquals(5, Fd.sizeOf(fd.value()));
            Syscalls.lseek(fd.value(), 0, 2);
            assertEquals("text", new String(Fd.contents(fd.value(), 4), java.nio.charset.StandardCharsets.UTF_8));
            assertEquals(0, Fd.contents(fd.value(), 0).length);
            PosixException e = assertThrows(PosixException.class, () -> Fd.contents(fd.value(), 6));
            assertTrue(e.getMessage().contains("after 5 of 6"), e.getMessage());
        }
    }

    @Test
    void aSocketTellsWhatItsPeerHasNotRead() {
        UnixSocket[] ends = UnixSocket.pair();
        try (UnixSocket one = ends[0]; UnixSocket other = ends[1]; Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(1000);
            int[] noFds = new int[UnixSocket.MAX_FDS];
            assertEquals(0, one.unread());
            one.send(bytes, 0, 1000, noFds, 0);
            assertTrue(one.unread() >= 1000 && one.unread() < 10_000, () -> one.unread() + " bytes");
            assertEquals(0, other.unread());
            other.receive(bytes, 0, 1000, noFds, 0);
            assertEquals(0, one.unread());
        }
    }

    @Test
    void aSealedFileKeepsItsSize() {
        try (Fd fd = Memfd.create("test", 4096, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW)) {
            assertThrows(PosixException.class, () -> Memfd.resize(fd, 100));
            assertThrows(PosixException.class, () -> Memfd.resize(fd, 8192));
        }
    }

    @Test
    void twoMappingsOfOneFileShareItsBytesAndDieByExceptionOnly() {
        try (Fd fd = Memfd.create("test", 100, 0)) {
            Mapping writable = Mapping.of(fd.value(), 100, true);
            Mapping readable = Mapping.of(fd.value(), 100, false);
            writable.segment().set(BYTE, 99, (byte) 42);
            assertEquals(42, readable.segment().get(BYTE, 99));
            assertThrows(IllegalArgumentException.class, () -> readable.segment().set(BYTE, 0, (byte) 1));
            readable.close();
            readable.close();
            assertThrows(IllegalStateException.class, () -> readable.segment().get(BYTE, 0));
            writable.close();
        }
    }

    @Test
    void aMemfdIsNotADmabufAndSaysSo() {
        try (Fd fd = Memfd.create("test", 100, 0)) {
            assertEquals(Errno.ENOTTY, DmabufSync.beginRead(fd.value()));
            assertEquals(Errno.ENOTTY, DmabufSync.endRead(fd.value()));
        }
        assertEquals(Errno.EBADF, DmabufSync.beginRead(1_000_000));
    }

    @Test
    void descriptorsTravelWithTheBytes() {
        UnixSocket[] ends = UnixSocket.pair();
        try (Arena arena = Arena.ofConfined(); Fd fd = Memfd.create("test", 4242, 0)) {
            MemorySegment bytes = arena.allocateFrom("hello");
            assertEquals(6, ends[0].send(bytes, 0, 6, new int[] {fd.value(), fd.value()}, 2));
            MemorySegment into = arena.allocate(100);
            int[] fds = new int[UnixSocket.MAX_FDS];
            assertEquals(6, ends[1].receive(into, 0, 100, fds, 0));
            assertEquals("hello", into.getString(0));
            assertEquals(2, ends[1].receivedFds());
            for (int i = 0; i < 2; i++) {
                try (Fd received = Fd.own(fds[i])) {
                    assertEquals(4242, Fd.sizeOf(received.value()));
                }
            }
            assertEquals(UnixSocket.WOULD_BLOCK, ends[1].receive(into, 0, 100, fds, 0));
            ends[0].close();
            assertEquals(0, ends[1].receive(into, 0, 100, fds, 0), "end of stream");
            assertEquals(Errno.EPIPE,
                    assertThrows(PosixException.class, () -> ends[1].send(bytes, 0, 6, fds, 0)).errno());
        } finally {
            ends[0].close();
            ends[1].close();
        }
    }

    @Test
    void aMissingOrOverlongSocketPathIsNamed() {
        assertEquals(Errno.ENOENT, assertThrows(PosixException.class,
                () -> UnixSocket.connect(Path.of("/nonexistent/socket"))).errno());
        assertEquals(Errno.EINVAL, assertThrows(PosixException.class,
                () -> UnixSocket.connect(Path.of("/" + "x".repeat(107)))).errno());
    }

    @Test
    void aSignalEndsAWait() {
        try (EventFd event = new EventFd(); PollSet poll = new PollSet(1)) {
            poll.set(0, event.fd(), PollSet.IN);
            assertEquals(0, poll.await(0));
            Thread.ofPlatform().start(event::signal);
            assertEquals(1, poll.await(5000));
            assertEquals(PollSet.IN, poll.happened(0));
            assertTrue(event.drain());
            assertFalse(event.drain());
            assertEquals(0, poll.await(0));
        }
    }

    @Test
    void perFrameCallsAllocateNothingOnceCompiled() {
        UnixSocket[] ends = UnixSocket.pair();
        try (Arena arena = Arena.ofConfined(); EventFd event = new EventFd(); PollSet poll = new PollSet(1)) {
            MemorySegment bytes = arena.allocate(64);
            int[] fds = new int[UnixSocket.MAX_FDS];
            // One by one: all of them in one method are more than C2 inlines, and it depends on luck what it leaves out.
            Map<String, Runnable> calls = Map.of(
                    "eventfd", () -> {
                        event.signal();
                        event.drain();
                    },
                    "poll", () -> {
                        poll.set(0, event.fd(), PollSet.IN);
                        poll.await(0);
                    },
                    "socket", () -> {
                        ends[0].send(bytes, 0, 64, fds, 0);
                        ends[1].receive(bytes, 0, 64, fds, 0);
                    },
                    "dmabuf", () -> DmabufSync.beginRead(event.fd()));
            calls.forEach((name, call) -> assertEquals(0, bytesInCompiledRounds(call), name));
        } finally {
            ends[0].close();
            ends[1].close();
        }
    }

    /** Bytes of the first 10 000 rounds that allocate nothing, or of the last ones before the deadline. */
    private static long bytesInCompiledRounds(Runnable round) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        long deadline = System.nanoTime() + 20_000_000_000L;
        long allocated;
        do {
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < 10_000; i++) {
                round.run();
            }
            allocated = threads.getThreadAllocatedBytes(id) - before;
        } while (allocated != 0 && System.nanoTime() < deadline);
        return allocated;
    }

    @Test
    void theEnvironmentOfNativeCodeChanges() throws Throwable {
        CurrentProcess.setEnvironment("LUMEN_POSIX_TEST", "ä b");
        var getenv = Libc.plain("getenv", java.lang.foreign.FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) getenv.invokeExact(arena.allocateFrom("LUMEN_POSIX_TEST"));
            assertEquals("ä b", value.reinterpret(100).getString(0));
        }
    }
}
