/**
 * Binds the native library modules for Linux on x86_64 into the module graph. The FFmpeg build in this
 * set contains x264 and x265 and is under the GPL, version 3 or later.
 */
package lumen.natives.linux_x86_64_gpl;
