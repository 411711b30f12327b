/**
 * Vulkan devices and their memory, and pictures made on the spot for self-tests. Handles are confined to one thread at
 * a time; whoever makes one closes it, before the device it is of. Errors are {@link lumen.vulkan.VulkanException}s.
 */
package lumen.vulkan;
