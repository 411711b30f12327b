/** The rig's own tests: the compositors, devices and faults that other modules' tests build on are really there. */
package lumen.rig;
