package dev.sluice.cli;

/** The program's door. */
public final class Main {

    private Main() {}

    /** Prints the version. */
    public static void main(String[] args) {
        System.out.println("sluice " + Main.class.getPackage().getImplementationVersion());
    }
}
