// office
