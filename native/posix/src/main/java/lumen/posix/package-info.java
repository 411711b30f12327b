/** Linux system calls: file descriptors, memory, sockets, processes, threads. */
package lumen.posix;
