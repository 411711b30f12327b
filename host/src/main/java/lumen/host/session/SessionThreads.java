package lumen.host.session;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.TreeMap;

/** How much the threads of lumen have allocated on the heap: in steady state, nothing. */
final class SessionThreads {
    private SessionThreads() {
    }

    /** Bytes by thread name, for all live platform threads of lumen. */
    static Map<String, Long> allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, Long> bytes = new TreeMap<>();
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("lumen-")) {
                bytes.put(info.getThreadName(), threads.getThreadAllocatedBytes(info.getThreadId()));
            }
        }
        return bytes;
    }
}
