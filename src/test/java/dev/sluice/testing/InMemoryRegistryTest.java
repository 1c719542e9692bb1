package dev.sluice.testing;

import dev.sluice.port.ModelRegistry;

class InMemoryRegistryTest extends ModelRegistryContract {
    private final InMemoryRegistry registry = new InMemoryRegistry();

    @Override
    protected ModelRegistry registry() {
        return registry;
    }
}
