/** Linux system calls: file descriptors, memory, sockets, processes. */
package lumen.posix;
