"""Import one of these modules and the original ids make miniflow's environments."""
