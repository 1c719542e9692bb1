/** Tables as Delta tables below one root folder, readable by any Delta reader of version 1. */
package dev.sluice.adapter.delta;
