package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    @TempDir
    Path folder;

    @Test
    void theLayoutsAndConstantsAreTheCCompilers() throws Exception {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(":")).anyMatch(p -> new File(p, "gcc").canExecute()),
                "gcc is not installed");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("offsetof(struct stat, st_dev)", Stat.ST_DEV);
        ours.put("offsetof(struct stat, st_ino)", Stat.ST_INO);
        ours.put("offsetof(struct stat, st_size)", Stat.ST_SIZE);
        ours.put("sizeof(struct statfs)", Stat.SIZEOF_STATFS);
        ours.put("offsetof(struct statfs, f_type)", Stat.F_TYPE);
        ours.put("DMA_BUF_MAGIC", Fd.DMA_BUF_MAGIC);
        ours.put("CLOCK_THREAD_CPUTIME_ID", (long) ThreadCpuClock.CLOCK_THREAD_CPUTIME_ID);
        ours.put("sizeof(struct pollfd)", PollSet.SIZEOF_POLLFD);
        ours.put("offsetof(struct pollfd, fd)", PollSet.FD);
        ours.put("offsetof(struct pollfd, events)", PollSet.EVENTS);
        ours.put("offsetof(struct pollfd, revents)", PollSet.REVENTS);
        ours.put("sizeof(struct sockaddr_un)", UnixSocket.SIZEOF_SOCKADDR_UN);
        ours.put("offsetof(struct sockaddr_un, sun_family)", UnixSocket.SUN_FAMILY);
        ours.put("offsetof(struct sockaddr_un, sun_path)", UnixSocket.SUN_PATH);
        ours.put("sizeof(((struct sockaddr_un *) 0)->sun_path)", UnixSocket.MAX_PATH + 1L);
        ours.put("sizeof(struct iovec)", UnixSocket.SIZEOF_IOVEC);
        ours.put("offsetof(struct iovec, iov_base)", UnixSocket.IOV_BASE);
        ours.put("offsetof(struct iovec, iov_len)", UnixSocket.IOV_LEN);
        ours.put("sizeof(struct msghdr)", UnixSocket.SIZEOF_MSGHDR);
        ours.put("offsetof(struct msghdr, msg_name)", UnixSocket.MSG_NAME);
        ours.put("offsetof(struct msghdr, msg_namelen)", UnixSocket.MSG_NAMELEN);
        ours.put("offsetof(struct msghdr, msg_iov)", UnixSocket.MSG_IOV);
        ours.put("offsetof(struct msghdr, msg_iovlen)", UnixSocket.MSG_IOVLEN);
        ours.put("offsetof(struct msghdr, msg_control)", UnixSocket.MSG_CONTROL);
        ours.put("offsetof(struct msghdr, msg_controllen)", UnixSocket.MSG_CONTROLLEN);
        ours.put("offsetof(struct msghdr, msg_flags)", UnixSocket.MSG_FLAGS);
        ours.put("CMSG_LEN(0)", UnixSocket.SIZEOF_CMSGHDR);
        ours.put("offsetof(struct cmsghdr, cmsg_len)", UnixSocket.CMSG_LEN);
        ours.put("offsetof(struct cmsghdr, cmsg_level)", UnixSocket.CMSG_LEVEL);
        ours.put("offsetof(struct cmsghdr, cmsg_type)", UnixSocket.CMSG_TYPE);
        ours.put("DMA_BUF_IOCTL_SYNC", DmabufSync.DMA_BUF_IOCTL_SYNC);
        ours.put("DMA_BUF_SYNC_READ", DmabufSync.SYNC_READ);
        ours.put("DMA_BUF_SYNC_END", DmabufSync.SYNC_END);
        ours.put("sizeof(struct dma_buf_sync)", 8L);
        ours.put("DMA_BUF_IOCTL_EXPORT_SYNC_FILE", DmabufFence.DMA_BUF_IOCTL_EXPORT_SYNC_FILE);
        ours.put("sizeof(struct dma_buf_export_sync_file)", DmabufFence.SIZEOF_EXPORT_SYNC_FILE);
        ours.put("offsetof(struct dma_buf_export_sync_file, flags)", DmabufFence.FLAGS);
        ours.put("offsetof(struct dma_buf_export_sync_file, fd)", DmabufFence.FD);
        ours.put("UDMABUF_CREATE", SystemDmabuf.UDMABUF_CREATE);
        ours.put("UDMABUF_FLAGS_CLOEXEC", (long) SystemDmabuf.UDMABUF_FLAGS_CLOEXEC);
        ours.put("sizeof(struct udmabuf_create)", SystemDmabuf.SIZEOF_UDMABUF_CREATE);
        ours.put("offsetof(struct udmabuf_create, memfd)", SystemDmabuf.UDMABUF_MEMFD);
        ours.put("offsetof(struct udmabuf_create, flags)", SystemDmabuf.UDMABUF_FLAGS);
        ours.put("offsetof(struct udmabuf_create, offset)", SystemDmabuf.UDMABUF_OFFSET);
        ours.put("offsetof(struct udmabuf_create, size)", SystemDmabuf.UDMABUF_SIZE);
        ours.put("DMA_HEAP_IOCTL_ALLOC", SystemDmabuf.DMA_HEAP_IOCTL_ALLOC);
        ours.put("sizeof(struct dma_heap_allocation_data)", SystemDmabuf.SIZEOF_HEAP_ALLOCATION);
        ours.put("offsetof(struct dma_heap_allocation_data, len)", SystemDmabuf.HEAP_LENGTH);
        ours.put("offsetof(struct dma_heap_allocation_data, fd)", SystemDmabuf.HEAP_FD);
        ours.put("offsetof(struct dma_heap_allocation_data, fd_flags)", SystemDmabuf.HEAP_FD_FLAGS);
        ours.put("MSG_CTRUNC", (long) UnixSocket.MSG_CTRUNC);
        ours.put("MSG_DONTWAIT", (long) UnixSocket.MSG_DONTWAIT);
        ours.put("MSG_NOSIGNAL", (long) UnixSocket.MSG_NOSIGNAL);
        ours.put("MSG_CMSG_CLOEXEC", (long) UnixSocket.MSG_CMSG_CLOEXEC);
        ours.put("SCM_RIGHTS", (long) UnixSocket.SCM_RIGHTS);
        ours.put("SOCK_CLOEXEC", (long) UnixSocket.SOCK_CLOEXEC);
        ours.put("SOCK_NONBLOCK", (long) UnixSocket.SOCK_NONBLOCK);
        ours.put("F_ADD_SEALS", (long) Memfd.F_ADD_SEALS);
        ours.put("MFD_ALLOW_SEALING", (long) Memfd.MFD_ALLOW_SEALING);
        ours.put("F_SEAL_SHRINK", (long) Memfd.SEAL_SHRINK);
        ours.put("F_SEAL_GROW", (long) Memfd.SEAL_GROW);
        ours.put("F_SEAL_WRITE", (long) Memfd.SEAL_WRITE);
        ours.put("EAGAIN", (long) Errno.EAGAIN);
        ours.put("ENOTTY", (long) Errno.ENOTTY);
        ours.put("EPIPE", (long) Errno.EPIPE);
        ours.put("ECONNRESET", (long) Errno.ECONNRESET);
        ours.put("ECONNREFUSED", (long) Errno.ECONNREFUSED);

        StringBuilder program = new StringBuilder("""
                #define _GNU_SOURCE
                #include <errno.h>
                #include <fcntl.h>
                #include <linux/dma-buf.h>
                #include <linux/dma-heap.h>
                #include <linux/magic.h>
                #include <linux/udmabuf.h>
                #include <poll.h>
                #include <stddef.h>
                #include <stdio.h>
                #include <sys/mman.h>
                #include <sys/socket.h>
                #include <sys/stat.h>
                #include <sys/vfs.h>
                #include <time.h>
                #include <sys/uio.h>
                #include <sys/un.h>
                int main(void) {
                """);
        ours.keySet().forEach(name -> program.append("printf(\"%lld\\n\", (long long) (").append(name).append("));\n"));
        program.append("return 0; }\n");
        Path source = Files.writeString(folder.resolve("layout.c"), program);
        Path binary = folder.resolve("layout");
        run("gcc", "-o", binary.toString(), source.toString());
        String[] answers = run(binary.toString()).split("\n");
        int i = 0;
        for (Map.Entry<String, Long> entry : ours.entrySet()) {
            assertEquals(Long.parseLong(answers[i++]), entry.getValue(), entry.getKey());
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(true, process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
